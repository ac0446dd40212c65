"""What a manager should look at first: findings of every kind, ranked."""
