"""Engines behind one protocol: PostgreSQL always, Elasticsearch where there is one."""
