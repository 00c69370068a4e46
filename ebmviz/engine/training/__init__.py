"""Steps of an optimiser and what they minimise:
may import components, analysis, theory and landscape.
"""
