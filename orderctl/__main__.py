"""`python -m orderctl`: the entry of the command-line tool."""

from orderctl.program import app

if __name__ == "__main__":
    app(prog_name="python -m orderctl")
