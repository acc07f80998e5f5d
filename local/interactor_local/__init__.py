"""The local stack: the whole deployment on one machine, without Docker. `interactor local up` starts it.

The command line (`cli.py`) needs the standard library alone. The emulator of AWS, MiniStack, runs in a process and a
virtual environment of its own (`server.py`, `emulator/`) and deploys the same `template.yaml` that AWS gets.
"""
