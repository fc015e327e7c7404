"""Migration operations of ours."""

from django.db.migrations.operations.base import Operation


class AddTriggers(Operation):
    """Several pgtrigger operations as one step.

    Django draws the models of a migration's state anew after each operation, with all that are related; every record
    with a history is related to every other, so that hundreds of triggers would be minutes. A trigger changes no
    model class: once at the end is enough.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        models = set()
        for operation in self.operations:
            model = state.models[app_label, operation.model_name]
            model.options["triggers"] = [*model.options.get("triggers", []), operation.trigger]
            models.add((app_label, operation.model_name))
        state.reload_models(models, delay=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def deconstruct(self):
        return type(self).__name__, [self.operations], {}

    def describe(self):
        return f"Create {len(self.operations)} triggers"
