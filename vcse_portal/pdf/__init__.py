"""Papers the council prints, files and puts on its website: Cabinet reports, letters, the Compact.

Every paper is made from a Django template and leaves here as PDF/UA-1, so that a councillor using a screen
reader gets the same report as everyone else: headings as bookmarks, table heads read with their cells, a
description for each picture, page furniture kept out of the reading order. The same charts are shown on
web pages. Members' words reach these papers, so nothing is ever fetched while one is made.

    render.py    template and context in, finished PDF out
    closed.py    what a paper may not hold, and the refusal of every outside resource
    contents.py  the contents list, made from the headings themselves
    finish.py    what the renderer leaves undone for PDF/UA
    brand.py     the council's colour
    charts/      bars, columns and lines as SVG, each with its sentence and its table
    marks.py     ratings as a word with a shape, pictures as data addresses
    specimen.py  a made-up report that uses every part, for tests and for whoever designs the next paper

A new paper extends `pdf/base.html`: `kind`, `front` (title and front sheet), `contents` and `main` are its
blocks; each `<section class="chapter">` with an h2 begins a page and has its line in the contents.

Rendering forty pages takes some seconds and 215 MB: callers do it in a Celery task, keep the bytes where
their own permission checks are, and pass `progress` on to the page where the officer waits.
"""
