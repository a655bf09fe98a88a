"""The parts of ``falaj bench widest``: the hub's own documents, and the widest and slowest questions that they allow."""
