"""Oscar's order app, forked: opaque ids, revocable guest links, random numbers."""
