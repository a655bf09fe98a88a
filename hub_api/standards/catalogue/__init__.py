"""The catalogue: what there is, in the words of DCAT-AP 3, schema.org, Croissant and Data Package, all from one model."""
