"""The first minute: a landscape that moves, hints, a tour; may import views, controls, session."""
