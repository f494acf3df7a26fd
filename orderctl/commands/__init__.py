"""One module a command, or group of commands: what it asks, what it shows, when it says no."""
