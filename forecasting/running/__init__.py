"""Where fits and issues are computed: in this process, in processes of this machine, or on a Dask cluster."""
