"""One module for each command or group of commands: what it asks, what it shows, and when it refuses."""
