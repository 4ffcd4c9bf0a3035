"""The words of the product in other languages: collected, kept, checked, compiled.

One `.po` file for each language is committed, sorted and without line numbers, so that
people who change different words change different lines. What Django reads, `.mo`, is
made from it where it is missing or older. Nothing here needs GNU gettext.
"""
