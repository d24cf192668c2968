"""The program on an official's computer that signs with a token; the service itself never sees key or PIN."""
