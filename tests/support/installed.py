"""What the command `hello3d` runs once it is installed."""

from hello3d.command_line import main

if __name__ == "__main__":
    main()
