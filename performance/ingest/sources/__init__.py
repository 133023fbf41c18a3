"""One module a kind of file. Each has the same three names:

``KIND``, as Upload.SourceKind has it; ``recognises(book)``, by content and never by file
name; ``read(book)``, which returns the file's Contents with everything wrong in them.
A table that is known only because people have said what its columns are brings that in
``book.columns``.
"""
