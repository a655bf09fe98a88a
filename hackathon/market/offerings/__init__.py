"""What vendors offer: written as a draft, looked at by the programme, published in versions that stay."""
