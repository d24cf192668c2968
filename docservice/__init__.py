"""The application: drafting, signing, exchange, search, meetings and records for communes and provinces."""
