"""The window: Qt, no mathematics, no torch. An error in what Qt calls never ends it."""

from ebmviz.ui import guard

guard.install()
