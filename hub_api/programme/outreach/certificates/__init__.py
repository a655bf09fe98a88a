"""Certificates for everybody who looks at one, for their holders, and for those who offer them."""
