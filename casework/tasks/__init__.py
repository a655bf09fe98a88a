"""What waits for whom: each noun says it of its own objects, and this room puts it together for one person."""
