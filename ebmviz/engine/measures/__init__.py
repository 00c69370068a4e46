"""What can be measured of a model, one file each; `registry` names them all."""
