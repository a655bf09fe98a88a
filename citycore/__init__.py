"""What several processes must agree on: settings, vocabulary, time, places, errors, texts."""
