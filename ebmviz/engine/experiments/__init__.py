"""What has steps of its own and no energy over a plane, one file each:
may import base, analysis, theory and core.
"""
