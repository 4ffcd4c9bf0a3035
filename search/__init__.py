"""Oscar's search app, forked: our own protocol, PostgreSQL and Elasticsearch behind it.

Owns Oscar's label `search`.
"""
