"""Ideas of residents in public: moderated by published rules, supported, and taken up by those who decide."""
