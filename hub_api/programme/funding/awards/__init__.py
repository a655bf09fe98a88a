"""Pages of awards: the public register, the space of who was granted one, the desks of programme and finance."""
