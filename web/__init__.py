"""Who looks: feeds, pages and the API over HTTP; everything here is drawn from what lies below it."""
