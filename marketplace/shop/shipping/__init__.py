"""Oscar's shipping app, forked: zones and rates belong to a seller; carriers."""
