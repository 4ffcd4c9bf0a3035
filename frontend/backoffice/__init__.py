"""The operators' pages: queues first, a reason kept with each decision."""
