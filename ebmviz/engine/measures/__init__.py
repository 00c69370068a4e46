"""What can be measured of a model, one file each: may import base, sampling and below, and core."""
