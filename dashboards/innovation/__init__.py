"""What is going on in innovation and participation?"""
