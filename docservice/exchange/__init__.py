"""Documents travelling between agencies: messages, parcels, statuses, and whatever carries them."""
