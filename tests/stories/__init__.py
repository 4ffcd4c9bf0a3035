"""Random stories: everything that can happen to money, in any order."""
