"""The language both processes speak: values only, no Qt and no torch."""
