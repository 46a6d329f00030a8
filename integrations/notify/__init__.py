"""GOV.UK Notify: text messages and e-mails to staff the chat did not reach."""
