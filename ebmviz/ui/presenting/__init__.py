"""In front of a class: one large plot, and what is put over the window; may import views."""
