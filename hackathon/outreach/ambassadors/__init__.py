"""Ambassadors: from an application over terms of active work to what somebody has been."""
