"""What every page is held to, and the tour that finds every page of the demo."""
