"""The program on an official's computer that signs with a token; the service itself never sees key or PIN."""

# The one port pages may reach on loopback; their content security policy names it.
PORT = 27357
ADDRESS = f"http://127.0.0.1:{PORT}"
