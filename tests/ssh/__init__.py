"""The engine on another machine, with a real sshd on loopback: run with -m ssh."""
