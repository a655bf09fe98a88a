OTHERS = {}
FORMS = {}
