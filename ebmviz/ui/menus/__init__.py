"""Actions, menus and what Help shows: may import views and everything below."""
