"""The registry as data: sectors, observed properties, sensors, sources with their things and datastreams.

One document (:mod:`citycore.registry.document`) is what a command reads, what a key posts and what a page fills in;
:func:`citycore.registry.service.apply` makes it true.
"""
