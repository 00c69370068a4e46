"""Films as files: MP4, animated GIF and PNG, written frame by frame, the same frames as the same
bytes: may import core and files, PyAV and Pillow where a film is written.
"""
