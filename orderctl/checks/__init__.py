"""What `doctor` and `accounts` look at; each check yields findings, and changes nothing."""
