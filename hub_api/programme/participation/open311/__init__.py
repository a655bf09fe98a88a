"""Problems of public places for programs that speak Open311 GeoReport v2 (http://wiki.open311.org/GeoReport_v2/)."""
