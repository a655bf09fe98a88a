"""What people write, hand in as versions and change until a close: submissions and applications."""
