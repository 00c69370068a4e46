"""What `ebmviz bench` measures, one file each: may import all."""
