"""NGSI-LD 1.8 (ETSI GS CIM 009), read only: things as entities of FIWARE's Smart Data Models."""
